/** Firm settings of operations (`/v1/settings/operations`) as far as assignments use them. */
export interface OperationsSettings {
  readonly code_prefix: string
  /** Local time of day of a due date, HH:MM. */
  readonly due_time: string
  readonly due_soon_hours: number
  readonly due_urgent_hours: number
  readonly default_due_hours: number
  readonly allow_self_qc: boolean
  readonly duplicate_window_days: number
}
export const DEFAULT_SETTINGS: OperationsSettings = {
  code_prefix: 'Z',
  due_time: '18:00',
  due_soon_hours: 72,
  due_urgent_hours: 4,
  default_due_hours: 24,
  allow_self_qc: false,
  duplicate_window_days: 180,
}

/** The firm: its zone and what it has set; unset keys have their defaults. */
export interface Firm {
  readonly zone: string
  readonly settings: OperationsSettings
}

export const firmFrom = (row: { readonly time_zone: string; readonly operations: unknown } | undefined): Firm => ({
  zone: row?.time_zone ?? 'Asia/Kolkata',
  // Cast: the settings are written through the schema of their own route.
  settings: { ...DEFAULT_SETTINGS, ...((row?.operations ?? {}) as Partial<OperationsSettings>) },
})
