/** BullMQ ships types beside its ES modules only; Node loads the other ones. */
declare module 'bullmq/dist/cjs/scripts/addStandardJob-9.js' {
  export const addStandardJob: { readonly content: string; readonly keys: number };
}
