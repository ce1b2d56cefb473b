import { surfaceConfig } from '../../packages/surface/vite-config.ts'

// oxlint-disable-next-line import/no-default-export -- Vite reads its settings from the default export.
export default surfaceConfig(5173, 'http://localhost:3000')
