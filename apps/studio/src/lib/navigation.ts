import type { Session } from '@zenops/client/session'
import type { Capability } from '@zenops/contracts/capabilities'
import { holds } from '@zenops/surface/surface-context.tsx'
import type { NavGroup } from '@zenops/ui/frame'
import {
  IconActivity,
  IconBell,
  IconBuildingSkyscraper,
  IconChartLine,
  IconClipboardCheck,
  IconClipboardList,
  IconClock,
  IconHourglass,
  IconKey,
  IconLifebuoy,
  IconPlus,
  IconPower,
  IconRefresh,
  IconShieldX,
  IconUserCircle,
  type IconType,
} from '@zenops/ui/icons'
import type { en } from './messages.en.ts'
import { t } from './texts.ts'

interface Entry {
  readonly path: string
  readonly key: keyof typeof en
  readonly icon: IconType
  readonly seenWith?: Capability
}

/** Groups and their order (`screens.md` 2.5). */
const GROUPS: readonly { readonly key: keyof typeof en; readonly entries: readonly Entry[] }[] = [
  {
    key: 'group_platform',
    entries: [
      { path: '/', key: 'overview', icon: IconActivity },
      { path: '/approvals', key: 'approvals', icon: IconClipboardCheck, seenWith: 'users.rbac.read' },
    ],
  },
  {
    key: 'group_operation',
    entries: [
      { path: '/admin/dashboard', key: 'dashboard', icon: IconChartLine, seenWith: 'ops.read' },
      { path: '/admin/alerts', key: 'alerts', icon: IconBell, seenWith: 'ops.read' },
      { path: '/admin/actions', key: 'actions', icon: IconPower, seenWith: 'ops.killswitch' },
      { path: '/admin/scheduler', key: 'scheduler', icon: IconClock, seenWith: 'ops.jobs.manage' },
      { path: '/admin/jobs', key: 'jobs', icon: IconRefresh, seenWith: 'ops.read' },
    ],
  },
  {
    key: 'group_firms',
    entries: [
      { path: '/tenants', key: 'tenants', icon: IconBuildingSkyscraper, seenWith: 'control.read' },
      { path: '/onboard', key: 'onboard', icon: IconPlus, seenWith: 'control.tenants.write' },
      { path: '/support-sessions', key: 'support_sessions', icon: IconLifebuoy, seenWith: 'control.support' },
    ],
  },
  {
    key: 'group_access',
    entries: [
      { path: '/users', key: 'users', icon: IconUserCircle, seenWith: 'users.read' },
      { path: '/service-tokens', key: 'service_tokens', icon: IconKey, seenWith: 'control.tokens.write' },
      { path: '/admin/blocks', key: 'blocks', icon: IconShieldX, seenWith: 'ops.blocks.read' },
      { path: '/admin/audit', key: 'audit_log', icon: IconClipboardList, seenWith: 'audit.read' },
      { path: '/admin/retention', key: 'retention', icon: IconHourglass, seenWith: 'ops.jobs.manage' },
      { path: '/admin/privacy', key: 'privacy', icon: IconUserCircle, seenWith: 'documents.pii' },
    ],
  },
]

/** Entries that this person may see. */
export function navigationOf(session: Session, current: string): readonly NavGroup[] {
  return GROUPS.map((group) => ({
    label: t(group.key),
    entries: group.entries
      .filter(({ seenWith }) => seenWith === undefined || holds(session, seenWith))
      .map(({ path, key, icon }) => ({
        label: t(key),
        href: path,
        icon,
        current: current === path || (path !== '/' && current.startsWith(`${path}/`)),
      })),
  })).filter((group) => group.entries.length > 0)
}
