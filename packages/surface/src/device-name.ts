const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const first = (table: readonly (readonly [RegExp, string])[], agent: string): string | undefined =>
  table.find(([sign]) => sign.test(agent))?.[1]

/** `Chrome on Windows`: how a sign-in is called in one's own list of sessions; a passkey is first named alike. */
export function deviceName(agent: string): string | undefined {
  const [browser, system] = [first(BROWSERS, agent), first(SYSTEMS, agent)]
  return browser && system ? `${browser} on ${system}` : (browser ?? system)
}
