/** Takes a reader whose form has errors to the first of them. */

export function focusErrors(): void {
  const field = document.querySelector<HTMLElement>('form [aria-invalid="true"]');
  field?.focus();
}
