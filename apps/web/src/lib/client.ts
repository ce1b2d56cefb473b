import { surface } from './surface.ts'

export const { client } = surface
