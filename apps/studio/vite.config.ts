import { surfaceConfig } from '../../packages/surface/vite-config.ts'

// oxlint-disable-next-line import/no-default-export -- Vite reads its settings from the default export.
export default surfaceConfig(5175, 'http://localhost:3002')
