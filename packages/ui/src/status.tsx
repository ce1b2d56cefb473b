import { Icon, IconAlertOctagon, IconBan, IconCheck, IconCircle, IconClock, IconEye, IconHourglass } from './icons.tsx'
import { IconLock, IconPlayerPause, IconPlayerPlay, IconPuzzle, type IconType } from './icons.tsx'
import './status.css'

/** Who has the ball (`screens.md` 4.3). */
export type StatusFamily = 'grey' | 'cyan' | 'violet' | 'blue' | 'orange' | 'amber' | 'red' | 'green'
/** The family's own icon unless a state names another of these. */
export type StatusIcon =
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

const FAMILY_ICON: Readonly<Record<StatusFamily, IconType>> = {
  grey: IconCircle,
  cyan: IconPlayerPlay,
  violet: IconEye,
  blue: IconHourglass,
  orange: IconPuzzle,
  amber: IconClock,
  red: IconAlertOctagon,
  green: IconCheck,
}
const OWN_ICON: Readonly<Record<StatusIcon, IconType>> = {
  circle: IconCircle,
  pause: IconPlayerPause,
  ban: IconBan,
  play: IconPlayerPlay,
  eye: IconEye,
  hourglass: IconHourglass,
  puzzle: IconPuzzle,
  clock: IconClock,
  octagon: IconAlertOctagon,
  check: IconCheck,
  lock: IconLock,
}

export interface StatusBadgeProps {
  readonly family: StatusFamily
  readonly text: string
  readonly icon?: StatusIcon
  /** Final states are outlined without fill. */
  readonly final?: boolean
  readonly size?: 'normal' | 'large'
}

/** Icon, word and colour: the colour never stands alone. Plain elements, so it may stand in grid rows. */
export function StatusBadge({ family, text, icon, final = false, size = 'normal' }: StatusBadgeProps) {
  return (
    <span className="z-badge" data-family={family} data-final={final || undefined} data-size={size}>
      <Icon of={icon ? OWN_ICON[icon] : FAMILY_ICON[family]} />
      <span>{text}</span>
    </span>
  )
}
