import { useState, type ReactNode } from 'react'
import { AppFrame, type Crumb } from '../src/frame.tsx'
import {
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconFiles,
  IconFileText,
  IconGitBranch,
  IconUsers,
} from '../src/icons.tsx'
import { Palette } from '../src/palette.tsx'
import { PersonMenu } from '../src/person-menu.tsx'

const entry = (label: string, icon: typeof IconBuilding) => ({
  label,
  href: `#${label.toLowerCase()}`,
  icon,
  current: false,
})

/** A frame with the navigation of the foundation. */
export function FrameStory({ crumbs, children }: { readonly crumbs: readonly Crumb[]; readonly children: ReactNode }) {
  const [palette, setPalette] = useState(false)
  const work = [
    { ...entry('Assignments', IconBriefcase), current: true, count: 86 },
    entry('Reports', IconFileText),
    entry('Documents', IconFiles),
  ]
  const groups = [
    { label: 'Work', entries: work },
    {
      label: 'Directory',
      entries: [
        entry('Banks', IconBuildingBank),
        entry('Branches', IconGitBranch),
        entry('Clients', IconUsers),
        entry('Properties', IconBuilding),
      ],
    },
  ]
  const person = (
    <PersonMenu name="Operations Manager" lines={['ops@demo.test', 'Operations manager']} onSignOut={() => {}} />
  )
  return (
    <AppFrame
      firm="Meridian Valuers LLP"
      app="Workspace"
      groups={groups}
      bottom={work}
      crumbs={crumbs}
      zone="IST"
      routeKey="story"
      onSearch={() => setPalette(true)}
      end={person}
    >
      {children}
      <Palette
        opened={palette}
        onClose={() => setPalette(false)}
        groups={groups.map((group) => ({
          label: group.label,
          items: group.entries.map((one) => ({ key: one.href, label: one.label, icon: one.icon, onChoose() {} })),
        }))}
      />
    </AppFrame>
  )
}
