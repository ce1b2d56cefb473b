import { z } from 'zod'
import { idParam, oneOf, textParam } from '../search-params.ts'

// Written out once more: an address is read at the start, and the contracts it speaks of come with their pages.
const STATES = ['OPEN', 'ACKED', 'RESOLVED'] as const
const SEVERITIES = ['warning', 'critical'] as const
const DELIVERIES = ['PENDING', 'HANDED_OVER', 'DELIVERED', 'FAILED'] as const

/** Lengths of the dashboard's range, hours. */
export const RANGES = { '1d': 24, '7d': 168, '30d': 720, '90d': 2_160 } as const
export type Range = keyof typeof RANGES

export const DashboardSearch = z.object({
  range: oneOf(['1d', '7d', '30d', '90d']),
  metric: textParam,
  /** Studio only. */
  firm: idParam,
})
export type DashboardSearch = z.infer<typeof DashboardSearch>

export const ActionsSearch = z.object({ firm: idParam })
export type ActionsSearch = z.infer<typeof ActionsSearch>

export const AlertsSearch = z.object({
  state: oneOf(STATES),
  severity: oneOf(SEVERITIES),
  /** Studio only. */
  tenant_id: idParam,
  preview: idParam,
})
export type AlertsSearch = z.infer<typeof AlertsSearch>

export const DeliveriesSearch = z.object({ state: oneOf(DELIVERIES) })
export type DeliveriesSearch = z.infer<typeof DeliveriesSearch>
