/**
 * The pages of an ingress. Each is loaded where it is on, and before the process listens: no first visitor waits, and
 * an ingress without them has 80 modules less to load.
 */
import type { Router } from 'express';
import type { DashboardPageParts } from './dashboard-pages.ts';
import type { RecordingPageParts } from './recording-pages.ts';

export async function openPages(parts: DashboardPageParts & RecordingPageParts): Promise<readonly Router[]> {
  const { recordings, altur, dashboardPassword } = parts.config;
  const pages: Router[] = [];
  if (recordings && altur.apiKey !== undefined) {
    const { recordingPages } = await import('./recording-pages.ts');
    pages.push(...recordingPages(parts));
  }
  if (dashboardPassword !== undefined) {
    const { dashboardPages } = await import('./dashboard-pages.ts');
    pages.push(...dashboardPages(parts));
  }
  return pages;
}
