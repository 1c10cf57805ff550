/** The package has no types of its own. */
declare module 'fengari' {
  // biome-ignore lint/suspicious/noExplicitAny: Lua's C interface, some hundred functions
  const fengari: any;
  // biome-ignore lint/style/noDefaultExport: a CommonJS module
  export default fengari;
}
