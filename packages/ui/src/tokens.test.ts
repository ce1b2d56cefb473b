import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')

function colours(theme: 'light' | 'dark'): Map<string, string> {
  const block = new RegExp(`\\[data-theme=['"]${theme}['"]\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return new Map(
    [...block.matchAll(/--z-([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const SURFACES = ['canvas', 'surface', 'sunken', 'selected'] as const
const FAMILIES = ['grey', 'cyan', 'violet', 'blue', 'orange', 'amber', 'red', 'green'] as const

/** The lowest contrast that `screens.md` 4 states, cut to one decimal. */
const STATED = {
  light: { text: 15.3, secondary: 6.8, tertiary: 4.9, link: 5.7, border: 3.2, label: 6.6, danger: 7.7, family: 6.1 },
  dark: { text: 10.6, secondary: 7.4, tertiary: 4.8, link: 6.0, border: 3.6, label: 9.1, danger: 9.7, family: 7.4 },
} as const

for (const theme of ['light', 'dark'] as const) {
  const colour = colours(theme)
  const of = (name: string): string => {
    const value = colour.get(name)
    assert.ok(value, `${theme} has no ${name}`)
    return value
  }
  const lowest = (name: string, grounds: readonly string[]) =>
    Math.min(...grounds.map((ground) => contrast(of(name), of(ground))))

  test(`SC-03: contrast of ${theme} tokens is what the page states, and above the limits of WCAG`, () => {
    const stated = STATED[theme]
    // Dark text also stands on the note lane; its contrast there is the lowest stated one.
    const grounds = theme === 'dark' ? [...SURFACES, 'note'] : SURFACES
    assert.ok(lowest('text', grounds) >= stated.text, `text ${lowest('text', grounds)}`)
    for (const name of ['secondary', 'tertiary', 'link'] as const)
      assert.ok(lowest(name, SURFACES) >= Math.max(stated[name] - 0.05, 4.5), `${name} ${lowest(name, SURFACES)}`)
    assert.ok(lowest('border', SURFACES) >= Math.max(stated.border - 0.05, 3), `border ${lowest('border', SURFACES)}`)
    assert.ok(contrast(of('on-link'), of('link')) >= stated.label)
    assert.ok(contrast(of('on-danger'), of('danger')) >= stated.danger)
    for (const family of FAMILIES) {
      const value = contrast(of(`${family}-text`), of(`${family}-fill`))
      assert.ok(value >= stated.family - 0.05, `${family} ${value}`)
    }
  })
}

test('both themes name the same colours', () => {
  assert.deepEqual([...colours('light').keys()].sort(), [...colours('dark').keys()].sort())
  assert.ok(colours('light').size >= 30)
})

test('a planted weak colour is noticed', () => {
  assert.ok(contrast('#9aa0a8', '#ffffff') < 4.5)
  assert.equal(Math.round(contrast('#000000', '#ffffff')), 21)
})
