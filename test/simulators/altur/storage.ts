/** Another origin that has the recordings, as object storage does: all who have a signed address get them. */
import { type ScriptedServer, startScriptedServer } from '../kit/scripted-server.ts';
import { ApiError, notFound } from './api-error.ts';
import type { Recordings } from './recordings.ts';

export function startStorage(recordings: Recordings): Promise<ScriptedServer> {
  return startScriptedServer((request) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    try {
      const [, id] = /^\/recordings\/([^/]+)$/.exec(pathname) ?? [];
      if (id === undefined) throw notFound('Path');
      return recordings.signedFile(decodeURIComponent(id), searchParams.get('X-Signature'), request);
    } catch (error) {
      if (error instanceof ApiError) return error.response();
      throw error;
    }
  });
}
