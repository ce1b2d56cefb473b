import type { Page } from '@playwright/test'
import { takePhoto } from './photos.ts'
import { expect, test } from './story.ts'

/** Opens the newest job that one is on. */
async function openFirstJob(page: Page): Promise<void> {
  const grid = page.getByRole('grid', { name: 'Assignments' })
  await expect(grid).toBeVisible()
  await grid.getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1, name: /^Z-/ })).toBeVisible()
  await page
    .getByRole('link', { name: /^Documents/ })
    .last()
    .click()
  await expect(page).toHaveURL(/\/documents$/)
}

test('UX-17 a valuer drops photos, sees what they say of themselves and resolves a duplicate', async ({ story }) => {
  const { page } = story
  const place = { lat: 15.8391, lng: 74.5105, accuracyM: 8 }
  const device = { make: 'Acme', model: 'Field 3' }
  const [front, hall] = await Promise.all([
    takePhoto('front-elevation.jpg', { seed: 7, takenAt: '2025-03-14 11:42:10', offset: '+05:30', geo: place, device }),
    takePhoto('hall.jpg', { seed: 8, takenAt: '2025-03-14 11:50:00', offset: '+05:30' }),
  ])
  await story.enter('Valuer')
  await openFirstJob(page)
  await page.getByRole('combobox', { name: /What the photos show/ }).selectOption({ label: 'Exterior' })
  const choose = page.getByLabel(/Documents and photos: Choose files/)
  await choose.setInputFiles([front, hall])
  const tray = page.getByRole('list', { name: 'Uploads' })
  await expect(tray.getByText('Uploaded', { exact: true })).toHaveCount(2)
  const photos = page.getByRole('list', { name: 'Site photo' })
  await expect(photos.getByRole('button')).toHaveCount(2)

  await choose.setInputFiles([{ ...front, name: 'copy.jpg' }])
  await expect(tray).toContainText('is in this assignment already as front-elevation.jpg')
  await tray.getByRole('button', { name: 'Use the existing one' }).click()
  await expect(tray).toContainText('The existing one is linked')
  await choose.setInputFiles([{ name: 'notes.html', mimeType: 'text/html', buffer: Buffer.from('<p>no</p>') }])
  await expect(tray).toContainText('Files of this type are not taken')
  await expect(photos.getByRole('button')).toHaveCount(2)

  await photos.getByRole('button', { name: /front-elevation/ }).click()
  const panel = page.getByRole('complementary', { name: 'front-elevation.jpg' })
  await expect(panel.getByRole('region', { name: 'The file says' })).toContainText('14 Mar 2025, 11:42')
  await expect(panel.getByRole('region', { name: 'The file says' })).toContainText('Acme Field 3')
  await panel.getByRole('button', { name: 'Use this time' }).click()
  await expect(panel.getByText('taken over')).toBeVisible()
  await panel.getByRole('button', { name: 'Use as the property’s place' }).click()
  await expect(panel.getByText('taken over')).toHaveCount(2)
  await expect(panel.getByRole('img', { name: 'Picture of front-elevation.jpg' })).toBeVisible()
  const download = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe('front-elevation.jpg')
  await story.ends()
})

test('UX-17 by keyboard alone: kind, file chooser, details', async ({ story }) => {
  const { page } = story
  const photo = await takePhoto('kitchen.jpg', { seed: 9, takenAt: '2025-03-14 12:00:00' })
  await story.enter('Valuer')
  await openFirstJob(page)
  const input = page.getByLabel(/Documents and photos: Choose files/)
  await input.focus()
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles([photo])
  const tile = page.getByRole('list', { name: 'Site photo' }).getByRole('button', { name: /kitchen/ })
  await expect(tile).toBeVisible()
  await tile.focus()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'kitchen.jpg' })
  await expect(panel).toBeVisible()
  await panel.getByRole('button', { name: 'Close' }).focus()
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await story.ends()
})
