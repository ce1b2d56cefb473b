/** Texts of one feature in one language: `{name}` is filled in, `{n, plural, one {# row} other {# rows}}` is chosen. */
export type Messages = Readonly<Record<string, string>>
export type MessageValues = Readonly<Record<string, string | number>>
export type Language = 'en' | 'hi' | 'ko'

const PLURAL = /\{(\w+), plural,((?:\s*(?:=\d+|zero|one|two|few|many|other) \{[^{}]*\})+)\s*\}/g
const BRANCH = /(=\d+|zero|one|two|few|many|other) \{([^{}]*)\}/g

function choose(count: number, branches: string, language: Language): string {
  const texts = new Map<string, string>()
  for (const [, name = '', text = ''] of branches.matchAll(BRANCH)) texts.set(name, text)
  const text =
    texts.get(`=${count}`) ?? texts.get(new Intl.PluralRules(language).select(count)) ?? texts.get('other') ?? ''
  return text.replaceAll('#', String(count))
}

/** Fills one message. A name without a value stays visible in braces, so that a test sees it. */
export function formatMessage(text: string, values: MessageValues = {}, language: Language = 'en'): string {
  return text
    .replace(PLURAL, (_, name: string, branches: string) => choose(Number(values[name] ?? 0), branches, language))
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

let present: Language = 'en'
const listeners = new Set<() => void>()

export const language = (): Language => present
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const translations = new Map<string, Messages>()

/** Puts a loaded language file in place and shows it. */
export function speak(next: Language, files: Readonly<Record<string, Messages>> = {}): void {
  present = next
  for (const [feature, messages] of Object.entries(files)) translations.set(`${next}:${feature}`, messages)
  for (const listener of listeners) listener()
}

/** The texts of a feature: `const t = messagesOf('sign-in', en)`, then `t('title')`. English stands in for what is missing. */
export function messagesOf<M extends Messages>(
  feature: string,
  en: M,
): (key: keyof M & string, values?: MessageValues) => string {
  return (key, values) =>
    formatMessage(translations.get(`${present}:${feature}`)?.[key] ?? en[key] ?? key, values, present)
}
