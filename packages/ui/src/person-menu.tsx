import { Menu } from '@mantine/core'
import { Icon, IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun, IconUser } from './icons.tsx'
import { useTheme, type ThemeChoice } from './theme.tsx'
import { useWords, type WordKey } from './words.tsx'

export interface PersonMenuProps {
  readonly name: string
  /** E-mail and job, one line each. */
  readonly lines: readonly string[]
  readonly onProfile?: () => void
  readonly onShortcuts?: () => void
  readonly onSignOut: () => void
}

const THEMES: readonly { readonly choice: ThemeChoice; readonly word: WordKey; readonly icon: typeof IconSun }[] = [
  { choice: 'system', word: 'theme_system', icon: IconDeviceDesktop },
  { choice: 'light', word: 'theme_light', icon: IconSun },
  { choice: 'dark', word: 'theme_dark', icon: IconMoon },
]

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter((part) => part !== '')
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('')

/** Who is signed in, the theme, and the way out. */
export function PersonMenu({ name, lines, onProfile, onShortcuts, onSignOut }: PersonMenuProps) {
  const say = useWords()
  const { choice, choose } = useTheme()
  return (
    <Menu
      position="bottom-end"
      width={240}
      transitionProps={{ duration: 120 }}
      withinPortal={false}
      zIndex="var(--z-layer-menu)"
    >
      <Menu.Target>
        <button type="button" className="z-person" aria-label={say('person_menu', { name })}>
          <span className="z-avatar" aria-hidden data-initials={initialsOf(name)} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="z-person-card">
          <strong>{name}</strong>
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </div>
        <Menu.Divider />
        <Menu.Label>{say('theme')}</Menu.Label>
        <Menu.RadioGroup
          value={choice}
          onChange={(next) => choose(THEMES.find((one) => one.choice === next)?.choice ?? 'system')}
        >
          {THEMES.map(({ choice: one, word, icon }) => (
            <Menu.RadioItem key={one} value={one} rightSection={<Icon of={icon} />}>
              {say(word)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        {onProfile && (
          <Menu.Item leftSection={<Icon of={IconUser} />} onClick={onProfile}>
            {say('profile')}
          </Menu.Item>
        )}
        {onShortcuts && (
          <Menu.Item leftSection={<Icon of={IconKeyboard} />} onClick={onShortcuts}>
            {say('shortcuts')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Icon of={IconLogout} />} onClick={onSignOut}>
          {say('sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
