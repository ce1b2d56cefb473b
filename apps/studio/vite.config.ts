import { surfaceConfig } from '../../packages/surface/vite-config.ts'

export default surfaceConfig(5175, 'http://localhost:3002')
