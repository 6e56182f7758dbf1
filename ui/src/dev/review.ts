/** A rough stand-in for the shell's opinion of a draft. */
import type { DraftReview, FieldRemark, RegistryDetails, RegistryDraft } from '../bindings';
import { reviewContainer } from './containers';

export function reviewDraft(
  draft: RegistryDraft,
  id: string | null,
  records: readonly RegistryDetails[],
): DraftReview {
  const nobody = { provider: null, cloud: null, tokenPage: null };
  if (draft.kind === 'container') return reviewContainer(draft, id, records);
  return { ...reviewDevfile(draft, id, records), ...nobody };
}

function reviewDevfile(
  draft: RegistryDraft,
  id: string | null,
  records: readonly RegistryDetails[],
): Omit<DraftReview, 'provider' | 'cloud' | 'tokenPage'> {
  const errors: FieldRemark[] = [];
  const warnings: FieldRemark[] = [];
  const others = records.filter(({ row }) => row.id !== id);
  const url = canonical(draft.url);
  const plainHttp = url?.startsWith('http:') ?? false;
  if (draft.url.trim() === '') {
    errors.push({ field: 'url', message: 'Enter the registry’s address.', at: null });
  } else if (url === null) {
    errors.push({ field: 'url', message: 'This is no address. Write it as https://host.', at: 0 });
  } else if (plainHttp && !draft.allowHttp) {
    errors.push({
      field: 'url',
      message: 'http is not encrypted. Allow it below, or use https.',
      at: 0,
    });
  }
  const same = others.find(({ row }) => row.url === url);
  if (same) {
    warnings.push({ field: 'url', message: `“${same.row.name}” has the same address.`, at: null });
  }
  if (plainHttp && draft.token.action === 'set') {
    warnings.push({
      field: 'token',
      message: 'It will not be sent: the address is not encrypted.',
      at: null,
    });
  }
  const name = draft.name.trim();
  if (name === '') errors.push({ field: 'name', message: 'Enter a name.', at: null });
  else if (others.some(({ row }) => row.name.toLowerCase() === name.toLowerCase())) {
    errors.push({ field: 'name', message: `“${name}” is taken. Choose another name.`, at: null });
  }
  return { url, plainHttp, errors, warnings };
}

function canonical(text: string): string | null {
  try {
    const trimmed = text.trim();
    const url = new URL(/^[a-z]+:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
    return trimmed === '' || url.username ? null : url.href.replace(/\/$/, '');
  } catch {
    return null;
  }
}
