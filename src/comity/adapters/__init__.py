"""The adapters: storage, interchange, rendering, and the command line."""
