import { join } from 'node:path'

/** Where the server of the stories writes its log. */
export const logFile = (home: string): string => join(home, 'product.log')
