import type { Page } from '@playwright/test'
import { expect, test } from './story.ts'

/** Answers the question for a fresh proof with the demo password; whoever proved it lately is not asked. */
async function confirmIdentity(page: Page): Promise<void> {
  const { demo } = await (await page.request.get(`${new URL(page.url()).origin}/v1/auth/config?aud=web`)).json()
  const { password } = demo.find((person: { surface: string }) => person.surface === 'web')
  const question = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await question.getByRole('textbox').fill(password)
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
}

test('AU-44 an owner reads the dashboard: cards, lines that the keyboard walks, the same numbers as a table', async ({
  story,
}) => {
  const { page } = story
  await story.enter('Owner')
  await page.goto('/admin/dashboard')
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 2, name: 'Now' })).toBeVisible()
  await page.getByRole('button', { name: '7 days' }).click()
  await expect(page).toHaveURL(/range=7d/)
  const chart = page.getByRole('figure', { name: 'Answers by the hour' })
  await chart.getByRole('img').focus()
  await page.keyboard.press('End')
  await expect(chart.getByRole('status')).toContainText('p95')
  await chart.getByRole('button', { name: 'Table' }).click()
  await expect(chart.getByRole('columnheader', { name: 'p99' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 2, name: 'Parts' })).toBeVisible()
  await story.ends()
})

test('AU-44 AU-25 an owner cuts exports off with typed words, sees the countdown and restores them', async ({
  story,
}) => {
  const { page } = story
  story.expects('PUT /v1/ops/kill-switches/exports 401')
  await story.enter('Owner')
  await page.goto('/admin/actions')
  const row = page.getByRole('row', { name: /Exports/ }).first()
  await row.getByRole('button', { name: 'Cut off…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await expect(dialog.getByRole('alert')).toContainText('at least 10 characters')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('tried out in a story')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await expect(dialog.getByText('CUT OFF exports')).toBeVisible()
  await dialog.getByRole('textbox').fill('CUT OFF exports')
  await dialog.getByRole('button', { name: 'Cut off' }).click()
  await confirmIdentity(page)
  await expect(row.getByText('Cut off').first()).toBeVisible()
  await expect(row.getByRole('timer')).toBeVisible()
  await row.getByRole('button', { name: 'Restore…' }).click()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the story is over')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByRole('textbox').fill('RESTORE exports')
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(row.getByText('Working')).toBeVisible()
  await story.ends()
})

test('AU-44 AU-32 an owner adds a mail channel, sends a test, changes a rule and removes the channel with typed words', async ({
  story,
}) => {
  const { page } = story
  await story.enter('Owner')
  await page.goto('/admin/alerts')
  await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeVisible()
  await page.getByRole('link', { name: 'Channels' }).click()
  await page.getByRole('button', { name: 'Add channel' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'E-mail' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Give it a name')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Duty')
  await dialog.getByRole('textbox', { name: 'Mailboxes' }).fill('duty@demo.zenops.local')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const row = page.getByRole('row', { name: /Duty/ })
  await row.getByRole('button', { name: 'Send a test' }).click()
  await expect(row.getByText('A test is on its way.')).toBeVisible()
  await page.getByRole('link', { name: 'Messages' }).click()
  await expect(page.getByText('Test').first()).toBeVisible()
  await page.getByRole('link', { name: 'Rules' }).click()
  const rule = page.getByRole('row', { name: /job_dead/ })
  await rule.getByRole('button', { name: 'Change…' }).click()
  await dialog.getByRole('textbox', { name: 'More than, each hour' }).fill('4')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(rule.getByText('Default 10')).toBeVisible()
  await page.getByRole('link', { name: 'Channels' }).click()
  await row.getByRole('button', { name: 'Remove…' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await dialog.getByRole('textbox').fill('DELETE Duty')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('No channel')).toBeVisible()
  await story.ends()
})

test('AU-44 on a phone nothing scrolls sideways', async ({ story }) => {
  const { page } = story
  await page.setViewportSize({ width: 360, height: 780 })
  await story.enter('Owner')
  for (const path of ['dashboard', 'actions', 'alerts', 'alerts/channels', 'alerts/rules', 'alerts/deliveries']) {
    await page.goto(`/admin/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.waitForLoadState('networkidle')
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(wide, path).toBe(0)
  }
  await story.ends()
})
