import { expect, test } from './story.ts'

test('UX-11 an operations manager filters the queue to overdue and unassigned, previews and assigns', async ({
  story,
}) => {
  const { page } = story
  await story.enter('Operations manager')
  const grid = page.getByRole('grid', { name: 'Assignments' })
  await expect(grid).toBeVisible()
  const all = await grid.getByRole('row').count()

  await page.getByRole('button', { name: 'Overdue', exact: true }).click()
  await expect(page).toHaveURL(/due_state=OVERDUE/)
  await expect(grid.getByText('Overdue').first()).toBeVisible()
  await expect.poll(() => grid.getByRole('row').count()).toBeLessThan(all)
  await page.getByRole('button', { name: 'Unassigned', exact: true }).click()
  await expect(page).toHaveURL(/unassigned=true/)
  await expect(page.getByRole('heading', { name: 'Nothing matches this filter' })).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Unassigned', exact: true }).click()

  await grid.getByRole('row').nth(1).click()
  const preview = page.getByRole('complementary')
  await expect(preview.getByRole('heading', { level: 2 })).toHaveText(/^Z-\d{4}-\d{4}$/)
  await expect(preview.getByRole('button', { name: 'Set a new due date' })).toBeVisible()
  await preview.getByRole('button', { name: 'Change the lead' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Person' }).fill('Field')
  await page.getByRole('option', { name: /Field valuer/ }).click()
  await dialog.getByRole('button', { name: 'Assign' }).click()
  await expect(dialog).toBeHidden()
  await expect(preview.getByText('Field valuer')).toBeVisible()

  await page.reload()
  await expect(preview.getByText('Field valuer')).toBeVisible()
  await story.ends()
})

test('UX-11 by keyboard alone: search, move, preview, open and back to the same row', async ({ story }) => {
  const { page } = story
  await story.enter('Operations manager')
  const grid = page.getByRole('grid', { name: 'Assignments' })
  await expect(grid).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('Patil')
  await expect(page).toHaveURL(/q=Patil/)
  await page.getByRole('searchbox').press('Escape')
  await expect(page).not.toHaveURL(/q=/)
  await grid.getByRole('row').nth(1).focus()
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  const row = grid.getByRole('row').nth(3)
  await expect(row).toBeFocused()
  const code = ((await row.getByRole('link').textContent()) ?? '').trim()
  await page.keyboard.press(' ')
  await expect(page.getByRole('complementary').getByRole('heading', { level: 2, name: code })).toBeVisible()
  await expect(row).toBeFocused()
  await page.keyboard.press('a')
  await expect(page.getByRole('dialog')).toContainText(code)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await row.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(`^${code}`) })).toBeVisible()
  await page.goBack()
  await expect(grid.getByRole('row', { name: new RegExp(code) })).toHaveAttribute('tabindex', '0')
  await story.ends()
})

test('a valuer sees the queue without the acts that are not his', async ({ story }) => {
  const { page } = story
  await story.enter('Valuer')
  await expect(page.getByRole('heading', { level: 1, name: 'Assignments' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'New assignment' })).toHaveCount(0)
  await page.goto('/assignments/new')
  await expect(page.getByRole('heading', { level: 1, name: 'You may not open this page' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('assignments.create')
  await story.ends()
})

test.describe('on a phone of 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })
  test('UX-11 the queue is cards, its filters fold', async ({ story }) => {
    const { page } = story
    await story.enter('Operations manager')
    await expect(page.getByRole('grid', { name: 'Assignments' })).toBeVisible()
    const fold = page.getByRole('button', { name: /^Filters/ })
    await fold.click()
    await page.getByRole('button', { name: 'Overdue', exact: true }).click()
    await expect(fold).toHaveText(/1/)
    expect(await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')).toBe(false)
    await story.ends()
  })
})
