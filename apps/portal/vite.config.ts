import { surfaceConfig } from '../../packages/surface/vite-config.ts'

export default surfaceConfig(5174, 'http://localhost:3001')
