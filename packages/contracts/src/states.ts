/** Who has the ball; the colour of a state on every screen (`screens.md` 4.3). */
export const FAMILIES = ['grey', 'cyan', 'violet', 'blue', 'orange', 'amber', 'red', 'green'] as const
export type Family = (typeof FAMILIES)[number]

/** Names of the icons that `ui` maps to drawings. */
export type StateIcon =
  | 'circle'
  | 'pause'
  | 'ban'
  | 'play'
  | 'eye'
  | 'hourglass'
  | 'puzzle'
  | 'clock'
  | 'octagon'
  | 'check'
  | 'lock'

const FAMILY_ICON: Readonly<Record<Family, StateIcon>> = {
  grey: 'circle',
  cyan: 'play',
  violet: 'eye',
  blue: 'hourglass',
  orange: 'puzzle',
  amber: 'clock',
  red: 'octagon',
  green: 'check',
}

/** How a state looks: colour family, icon, words; final states are outlined without fill. */
export interface StateFace {
  readonly family: Family
  readonly icon: StateIcon
  readonly final: boolean
  readonly label: { readonly en: string }
}
export type StateFaces<S extends string> = Readonly<Record<S, StateFace>>

/** A state on the way. */
export const face = (family: Family, en: string, icon: StateIcon = FAMILY_ICON[family]): StateFace => ({
  family,
  icon,
  final: false,
  label: { en },
})
/** An end state: outlined, left only by reopening where a table of moves says so. */
export const finalFace = (family: Family, en: string, icon?: StateIcon): StateFace => ({
  ...face(family, en, icon ?? (family === 'grey' ? 'ban' : FAMILY_ICON[family])),
  final: true,
})

/** Master data waits for, has or was refused an approver's word. */
export const VERIFICATIONS = ['PENDING', 'VERIFIED', 'REJECTED', 'MERGED'] as const
export type Verification = (typeof VERIFICATIONS)[number]
export const VERIFICATION_FAMILY: StateFaces<Verification> = {
  PENDING: face('violet', 'Pending'),
  VERIFIED: face('green', 'Verified'),
  REJECTED: finalFace('red', 'Rejected'),
  MERGED: finalFace('grey', 'Merged'),
}
