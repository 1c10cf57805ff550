/** Files that operators write, as editors of every system save them. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Throws what `readFileSync` throws. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  // Windows PowerShell writes UTF-16 where its output is redirected into a file.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** Why it cannot be read, and what to do. */
export function unreadable(path: string, cause: unknown): string {
  const { code = 'no text' } = cause as NodeJS.ErrnoException;
  const shown = `cannot read ${path} (${code})`;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `${shown}: there is no such file${path.startsWith('/') ? '' : ` (looked for at ${resolve(path)})`}; a container sees mounted folders only, such as config/`;
  }
  if (code === 'EISDIR') {
    return `${shown}: it is a folder; Docker makes one where the file to be mounted is missing`;
  }
  if (code === 'EACCES' || code === 'EPERM')
    return `${shown}: fix its permissions, or those of its folder, for this process`;
  return `${shown}: fix the path or the file`;
}

/** Is it a path, and not the secret itself in the wrong variable? Then a message may show it. */
export function looksLikePath(text: string): boolean {
  // A URL may hold a password.
  if (text.includes('\n') || text.includes('://') || text.length > 300) return false;
  if (/\.[a-z]{2,5}$/i.test(text) || /^\/(run|etc|var|srv|app|home|root|tmp|mnt)\//.test(text)) return true;
  const folder = dirname(text);
  return folder !== '.' && folder !== '/' && existsSync(folder);
}
