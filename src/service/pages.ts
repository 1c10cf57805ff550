/** The pages of an ingress. Each is loaded where it is on: an ingress without them has 80 modules less to load. */
import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import type { DashboardPageParts } from './dashboard-pages.ts';
import type { RecordingPageParts } from './recording-pages.ts';

/** Answers what opens them. */
export async function loadPages({ recordings, dashboardPassword }: Config) {
  const recordingPart = recordings && (await import('./recording-pages.ts'));
  const dashboardPart = dashboardPassword === undefined ? undefined : await import('./dashboard-pages.ts');
  return (parts: DashboardPageParts & RecordingPageParts): readonly Router[] => [
    ...(recordingPart?.recordingPages(parts) ?? []),
    ...(dashboardPart?.dashboardPages(parts) ?? []),
  ];
}
