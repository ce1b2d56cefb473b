import { createTheme, MantineProvider, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'
import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/CloseButton.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import '@mantine/core/styles/Drawer.css'
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import { AnnouncerProvider } from './announcer.tsx'
import { FormatsProvider, type Formats } from './formats.tsx'
import { LinksProvider, type LinkComponent } from './links.tsx'
import { en, WordsProvider, type Words } from './words.tsx'
import './base.css'

export type ThemeChoice = 'system' | 'light' | 'dark'

const link = 'var(--z-link)'
const linkTuple: MantineColorsTuple = [link, link, link, link, link, link, link, link, link, link]

const theme = createTheme({
  fontFamily: 'var(--z-font)',
  fontFamilyMonospace: 'var(--z-font-code)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  radius: { xs: '4px', sm: '4px', md: '6px', lg: '10px', xl: '10px' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  breakpoints: { xs: '22.5em', sm: '30em', md: '48em', lg: '64em', xl: '75em' },
  colors: { link: linkTuple },
  primaryColor: 'link',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

const variables = {
  '--mantine-color-body': 'var(--z-surface)',
  '--mantine-color-text': 'var(--z-text)',
  '--mantine-color-dimmed': 'var(--z-tertiary)',
  '--mantine-color-default': 'var(--z-surface)',
  '--mantine-color-default-hover': 'var(--z-sunken)',
  '--mantine-color-default-color': 'var(--z-text)',
  '--mantine-color-default-border': 'var(--z-hairline)',
  '--mantine-color-error': 'var(--z-danger)',
  '--mantine-color-anchor': 'var(--z-link)',
  '--mantine-shadow-md': 'var(--z-shadow)',
  '--mantine-shadow-xl': 'var(--z-shadow)',
}
const resolver: CSSVariablesResolver = () => ({
  variables: { '--mantine-line-height': '1.5' },
  light: variables,
  dark: variables,
})

/** The nonce that the server put into the page for this answer. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

interface ThemeState {
  readonly choice: ThemeChoice
  readonly choose: (choice: ThemeChoice) => void
}
const ThemeContext = createContext<ThemeState>({ choice: 'system', choose: () => {} })
export const useTheme = (): ThemeState => use(ThemeContext)

function useDeviceDark(): boolean {
  const query = useMemo(() => window.matchMedia('(prefers-color-scheme: dark)'), [])
  const [dark, setDark] = useState(query.matches)
  useEffect(() => {
    const listen = () => setDark(query.matches)
    query.addEventListener('change', listen)
    return () => query.removeEventListener('change', listen)
  }, [query])
  return dark
}

export interface UiProviderProps {
  readonly formats: Formats
  readonly link: LinkComponent
  readonly words?: Words
  /** The person's choice as the server keeps it. */
  readonly theme?: ThemeChoice
  readonly onTheme?: (choice: ThemeChoice) => void
  readonly children: ReactNode
}

/** Everything components need around them: theme, words, formats, links, live regions. One per app, at its root. */
export function UiProvider({
  formats,
  link: linkComponent,
  words = en,
  theme: kept = 'system',
  ...rest
}: UiProviderProps) {
  const { onTheme, children } = rest
  const [choice, setChoice] = useState<ThemeChoice>(kept)
  const deviceDark = useDeviceDark()
  const shown = choice === 'system' ? (deviceDark ? 'dark' : 'light') : choice
  useEffect(() => {
    document.documentElement.dataset.theme = shown
  }, [shown])
  const state = useMemo<ThemeState>(
    () => ({
      choice,
      choose(next) {
        setChoice(next)
        onTheme?.(next)
      },
    }),
    [choice, onTheme],
  )
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      forceColorScheme={shown}
      getStyleNonce={styleNonce}
      deduplicateInlineStyles
      colorSchemeManager={NO_STORAGE}
    >
      <ThemeContext value={state}>
        <WordsProvider words={words}>
          <FormatsProvider formats={formats}>
            <LinksProvider link={linkComponent}>
              <AnnouncerProvider>{children}</AnnouncerProvider>
            </LinksProvider>
          </FormatsProvider>
        </WordsProvider>
      </ThemeContext>
    </MantineProvider>
  )
}

/** Mantine's own manager writes to local storage, which holds nothing of ours. */
const NO_STORAGE = {
  get: (fallback: 'light' | 'dark' | 'auto') => fallback,
  set() {},
  subscribe() {},
  unsubscribe() {},
  clear() {},
}
