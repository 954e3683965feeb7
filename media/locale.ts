/** Some hosts name the reader's language in a way that `Intl` refuses (`en-US@posix`), and uPlot asks for it while it loads. */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
