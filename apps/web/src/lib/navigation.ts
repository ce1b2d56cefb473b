import type { Capability } from '@zenops/contracts/capabilities'
import type { Session } from '@zenops/client/session'
import { t } from './texts.ts'
import type { NavGroup } from '@zenops/ui/frame'
import {
  IconBell,
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconChartLine,
  IconFiles,
  IconFileText,
  IconGitBranch,
  IconClipboardCheck,
  IconClipboardList,
  IconHourglass,
  IconKey,
  IconLifebuoy,
  IconPower,
  IconRefresh,
  IconShieldX,
  IconTable,
  IconUserCircle,
  IconUserShare,
  IconUsers,
  type IconType,
} from '@zenops/ui/icons'
import type { en } from './messages.en.ts'
import { holds } from './session.tsx'

interface Entry {
  readonly path: string
  readonly key: keyof typeof en
  readonly icon: IconType
  readonly seenWith: Capability | readonly Capability[]
}
interface Group {
  readonly key: keyof typeof en
  readonly entries: readonly Entry[]
}

/** Groups and their order (`screens.md` 2.3). */
const GROUPS: readonly Group[] = [
  {
    key: 'group_today',
    entries: [{ path: '/approvals', key: 'approvals', icon: IconClipboardCheck, seenWith: 'users.rbac.read' }],
  },
  {
    key: 'group_work',
    entries: [
      { path: '/assignments', key: 'assignments', icon: IconBriefcase, seenWith: 'assignments.read' },
      { path: '/reports', key: 'reports', icon: IconFileText, seenWith: 'reports.read' },
      { path: '/documents', key: 'documents', icon: IconFiles, seenWith: 'documents.read' },
    ],
  },
  {
    key: 'group_directory',
    entries: [
      { path: '/banks', key: 'banks', icon: IconBuildingBank, seenWith: 'masterdata.read' },
      { path: '/branches', key: 'branches', icon: IconGitBranch, seenWith: 'masterdata.read' },
      { path: '/clients', key: 'clients', icon: IconUsers, seenWith: 'masterdata.read' },
      { path: '/properties', key: 'properties', icon: IconBuilding, seenWith: 'masterdata.read' },
    ],
  },
  {
    key: 'group_set_up',
    entries: [
      { path: '/users', key: 'users', icon: IconUserCircle, seenWith: 'users.read' },
      { path: '/portal-users', key: 'portal_users', icon: IconUserShare, seenWith: 'users.invite' },
      { path: '/roles', key: 'roles', icon: IconTable, seenWith: 'users.rbac.read' },
      { path: '/policy', key: 'policy', icon: IconKey, seenWith: 'users.security' },
    ],
  },
  {
    key: 'group_admin',
    entries: [
      { path: '/admin/dashboard', key: 'dashboard', icon: IconChartLine, seenWith: 'ops.read' },
      { path: '/admin/alerts', key: 'alerts', icon: IconBell, seenWith: 'ops.read' },
      { path: '/admin/actions', key: 'actions', icon: IconPower, seenWith: 'ops.killswitch' },
      { path: '/admin/blocks', key: 'blocks', icon: IconShieldX, seenWith: 'ops.blocks.read' },
      { path: '/admin/audit', key: 'audit_log', icon: IconClipboardList, seenWith: 'audit.read' },
      { path: '/admin/support-sessions', key: 'support_sessions', icon: IconLifebuoy, seenWith: 'users.security' },
      {
        path: '/admin/retention',
        key: 'retention',
        icon: IconHourglass,
        seenWith: ['ops.settings.write', 'ops.jobs.manage'],
      },
      { path: '/admin/privacy', key: 'privacy', icon: IconUserCircle, seenWith: 'users.security' },
      { path: '/admin/jobs', key: 'jobs', icon: IconRefresh, seenWith: 'ops.read' },
    ],
  },
]

/** Entries that this person may see and for which a page is registered. */
export function navigationOf(session: Session, paths: ReadonlySet<string>, current: string): readonly NavGroup[] {
  return GROUPS.map((group) => ({
    label: t(group.key),
    entries: group.entries
      .filter((entry) => paths.has(entry.path) && holds(session, ...[entry.seenWith].flat()))
      .map((entry) => ({
        label: t(entry.key),
        href: entry.path,
        icon: entry.icon,
        current: current === entry.path || current.startsWith(`${entry.path}/`),
      })),
  })).filter((group) => group.entries.length > 0)
}
