import { surfaceConfig } from '../../packages/surface/vite-config.ts'

export default surfaceConfig(5173, 'http://localhost:3000')
