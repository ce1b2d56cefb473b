import { surfaceConfig } from '../../packages/surface/vite-config.ts'

// oxlint-disable-next-line import/no-default-export -- Vite reads its settings from the default export.
export default surfaceConfig(5174, 'http://localhost:3001')
