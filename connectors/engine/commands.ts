/** The commands that messages advise, as an operator types them. */
import { commandLine } from '../command-line.ts';

export const PROVISION = `\`${commandLine('provision')}\``;
