/** A part of the benchmark: prints what it measured, line by line. */

export type Print = (line: string) => void;

export type Part = (print: Print) => Promise<void>;
