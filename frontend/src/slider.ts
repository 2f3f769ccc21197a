/** A slider that says its value in words: a native range input, so that keys and readers know it. */

export interface SliderOptions {
  id: string;
  label: string;
  min: number;
  max: number;
  value: number;
  /** How far PageUp and PageDown go. */
  page: number;
  words(value: number): string;
  /** The value changes, while the slider moves. */
  input(value: number): void;
  /** The value stays. */
  settle(value: number): void;
}

export class Slider {
  readonly element = document.createElement("div");
  private readonly range = document.createElement("input");
  private readonly output = document.createElement("output");

  constructor(private readonly options: SliderOptions) {
    const { id, label, min, max, value } = options;
    this.element.className = "slider";
    const name = document.createElement("label");
    name.htmlFor = id;
    name.textContent = label;
    this.range.type = "range";
    this.range.id = id;
    this.range.step = "1";
    this.range.min = String(min);
    this.range.max = String(max);
    this.output.htmlFor.add(id);
    this.output.setAttribute("aria-live", "off");
    this.element.append(name, this.output, this.range);
    this.range.addEventListener("input", () => this.moved());
    this.range.addEventListener("change", () => options.settle(this.value));
    this.range.addEventListener("keydown", (event) => this.key(event));
    this.set(value);
  }

  get value(): number {
    return this.range.valueAsNumber;
  }

  set(value: number): void {
    this.range.valueAsNumber = value;
    this.tell();
  }

  /** Let it go further, because more is known. */
  reach(max: number): void {
    this.range.max = String(max);
  }

  private moved(): void {
    this.tell();
    this.options.input(this.value);
  }

  private tell(): void {
    const words = this.options.words(this.value);
    this.output.textContent = words;
    this.range.setAttribute("aria-valuetext", words);
  }

  private key(event: KeyboardEvent): void {
    const { page } = this.options;
    const by = event.key === "PageUp" ? page : event.key === "PageDown" ? -page : 0;
    if (!by) return;
    event.preventDefault();
    this.range.valueAsNumber = this.value + by;
    this.moved();
    this.options.settle(this.value);
  }
}
