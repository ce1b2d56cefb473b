/** One activity of a construction and the share of the whole that the bank allots to it. */
export interface StageActivity {
  readonly key: string
  readonly label: string
  readonly allotted_percent: number
}

const activity = (key: string, label: string, allotted_percent: number): StageActivity => ({
  key,
  label,
  allotted_percent,
})

/** The two sheets that ship; each adds up to 100. */
export const STAGE_SHEETS: Readonly<Record<string, readonly StageActivity[]>> = {
  STAGE_9: [
    activity('plinth', 'Plinth', 20),
    activity('rcc', 'R.C.C. above ground', 40),
    activity('brick_work', 'Brick work', 10),
    activity('internal_plaster', 'Internal plaster', 5),
    activity('external_plaster', 'External plaster', 5),
    activity('flooring', 'Flooring', 5),
    activity('plumbing_electrical', 'Plumbing & electric work', 5),
    activity('doors_windows_paint', 'Door, window & paint', 5),
    activity('finishing', 'Finishing & possession', 5),
  ],
  STAGE_7: [
    activity('plinth', 'Plinth', 25),
    activity('brick_work', 'Brick work', 15),
    activity('rcc_slab', 'RCC / slab completion', 20),
    activity('plaster', 'Inside / outside plaster', 10),
    activity('flooring', 'Flooring', 10),
    activity('electrification', 'Electrification', 10),
    activity('woodwork_paint', 'Woodwork / painting etc.', 10),
  ],
}
