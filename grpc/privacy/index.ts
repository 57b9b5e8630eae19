export { privacyEntities } from './entities.ts';
export { maskEmail, maskPhone } from './mask.ts';
export { recordReadsIn } from './record-reads.ts';
