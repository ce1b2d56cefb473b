import { seedCatalogue } from './modules/identity/index.ts'
import { seedReports } from './modules/reports/index.ts'

/** Rows that ship with the product, written by the owner after every migration. */
export const catalogue = (): string => seedCatalogue() + seedReports()
