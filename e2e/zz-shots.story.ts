import { test } from './story.ts'
test('shots', async ({ story }) => {
  test.setTimeout(120_000)
  const { page } = story
  await story.enter('Owner')
  for (const [scheme, width, height] of [
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
    ['dark', 390, 844],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width, height })
    await page.goto('/admin/audit')
    await page.evaluate(`document.documentElement.dataset.theme='${scheme}'`)
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: `/tmp/log-shots/log-${scheme}-${width}.png` })
    await page.goto('/admin/audit?q=masterdata')
    await page
      .getByRole('link')
      .filter({ hasText: 'Masterdata record' })
      .first()
      .click()
      .catch(() => {})
    await page.waitForLoadState('networkidle')
    await page.evaluate(`document.documentElement.dataset.theme='${scheme}'`)
    await page.waitForTimeout(500)
    await page.screenshot({ path: `/tmp/log-shots/panel-${scheme}-${width}.png` })
    await page.goto('/admin/audit/chain')
    await page.waitForLoadState('networkidle')
    await page.evaluate(`document.documentElement.dataset.theme='${scheme}'`)
    await page.waitForTimeout(300)
    await page.screenshot({ path: `/tmp/log-shots/chain-${scheme}-${width}.png`, fullPage: true })
  }
})
