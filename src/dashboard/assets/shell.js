/** The bar of every page: `/` goes to the search, language and colours are chosen. */

const YEAR_S = 31_536_000;

function remember(name, value) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs HTTPS
  document.cookie = `${name}=${value}; path=/dashboard; max-age=${YEAR_S}; samesite=strict`;
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    remember('altur_language', button.dataset.language);
    location.reload();
  });
}

document.getElementById('theme').addEventListener('click', () => {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  remember('altur_theme', theme);
});

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  event.preventDefault();
  document.getElementById('quick-search')?.select();
});
