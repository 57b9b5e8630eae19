import type { Business } from './registry.ts';

/** A business as a caller of validate describes it. */
export interface Described {
  readonly b_no: string;
  readonly start_dt: string;
  readonly p_nm: string;
}

const taxTypes = { general: ['부가가치세 일반과세자', '01'], none: ['해당없음', '99'] } as const;
const states: Readonly<Record<string, readonly [string, string]>> = {
  dormant: ['휴업자', '02'],
  closed: ['폐업자', '03'],
};

/** What `status` says of a business, with the fields of version 1.1. */
export function toStatus({ b_no, behaviour }: Business): Record<string, string> {
  if (behaviour === 'unregistered') {
    return { ...blank(b_no), tax_type: '국세청에 등록되지 않은 사업자등록번호입니다.' };
  }
  const [b_stt, b_stt_cd] = states[behaviour] ?? ['계속사업자', '01'];
  const [tax_type, tax_type_cd] = taxTypes.general;
  const [rbf_tax_type, rbf_tax_type_cd] = taxTypes.none;
  const end_dt = behaviour === 'closed' ? '20250131' : '';
  return {
    ...blank(b_no),
    ...{ b_stt, b_stt_cd, tax_type, tax_type_cd, end_dt, rbf_tax_type, rbf_tax_type_cd },
    utcc_yn: 'N',
  };
}

/** What `validate` says of a business as someone describes it. A closed one matches all the same. */
export function toValidation(business: Business, asked: Described): Record<string, unknown> {
  const request_param = asked;
  const { behaviour, start_dt, p_nm } = business;
  const matches =
    behaviour !== 'unregistered' &&
    behaviour !== 'mismatch' &&
    (start_dt ?? asked.start_dt) === asked.start_dt &&
    (p_nm ?? asked.p_nm) === asked.p_nm;
  return matches
    ? { b_no: asked.b_no, valid: '01', request_param, status: toStatus(business) }
    : { b_no: asked.b_no, valid: '02', valid_msg: '확인할 수 없습니다.', request_param };
}

function blank(b_no: string) {
  return {
    b_no,
    b_stt: '',
    b_stt_cd: '',
    tax_type: '',
    tax_type_cd: '',
    end_dt: '',
    utcc_yn: '',
    tax_type_change_dt: '',
    invoice_apply_dt: '',
    rbf_tax_type: '',
    rbf_tax_type_cd: '',
  };
}
