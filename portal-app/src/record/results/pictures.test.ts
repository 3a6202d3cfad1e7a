import type { DiagnosticReport, Endpoint, ImagingStudy, Media, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { picturesOf } from './pictures.ts';

const report: DiagnosticReport = {
  resourceType: 'DiagnosticReport',
  status: 'final',
  code: { text: 'Chest X-ray' },
  media: [{ comment: 'Front', link: { reference: 'Media/front' } }, { link: { reference: 'Media/gone' } }],
  imagingStudy: [{ reference: 'ImagingStudy/chest' }],
};
const study = (more: Partial<ImagingStudy> = {}): ImagingStudy => ({
  resourceType: 'ImagingStudy',
  id: 'chest',
  status: 'available',
  subject: { reference: 'Patient/p' },
  identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.840.1' }],
  description: 'Chest, two views',
  numberOfInstances: 2,
  endpoint: [{ reference: 'Endpoint/viewer' }],
  ...more,
});
const endpoint = (code: string, address: string, more: Partial<Endpoint> = {}): Endpoint => ({
  resourceType: 'Endpoint',
  id: 'viewer',
  status: 'active',
  connectionType: { code },
  payloadType: [{ text: 'any' }],
  address,
  ...more,
});
const viewer = (...found: Resource[]) => picturesOf(report, found).studies[0]?.viewer;

describe('pictures of a report', () => {
  it('are those that could be read, by the words beside them', () => {
    const front: Media = {
      resourceType: 'Media',
      id: 'front',
      status: 'completed',
      content: { contentType: 'image/png', data: 'aGk=' },
    };
    expect(picturesOf(report, [front])).toEqual({
      files: [{ contentType: 'image/png', data: 'aGk=', title: 'Front' }],
      studies: [],
    });
  });

  it('lead to the clinic’s viewer: by Invoke Image Display with the study’s UID, or by an address for people', () => {
    expect(viewer(study(), endpoint('ihe-iid', 'https://pacs.example/IHEInvokeImageDisplay'))).toBe(
      'https://pacs.example/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2.840.1',
    );
    expect(viewer(study(), endpoint('web', 'https://pacs.example/view/77'))).toBe(
      'https://pacs.example/view/77',
    );
    const series = study({
      endpoint: [],
      series: [{ uid: '1', modality: {}, endpoint: [{ reference: '#in' }] }],
    });
    expect(viewer({ ...series, contained: [endpoint('web', 'https://pacs.example/s', { id: 'in' })] })).toBe(
      'https://pacs.example/s',
    );
  });

  it.each([
    ['for machines', endpoint('dicom-wado-rs', 'https://pacs.example/dicomweb')],
    ['not in use', endpoint('web', 'https://pacs.example/', { status: 'off' })],
    ['not by https', endpoint('web', 'http://pacs.example/')],
    ['a script', endpoint('web', 'javascript:alert(1)')],
    ['with a password in it', endpoint('web', 'https://user:secret@pacs.example/')],
    ['no address', endpoint('web', 'somewhere')],
  ])('have no link where the address is %s', (_, found) => {
    expect(picturesOf(report, [study(), found]).studies[0]).toMatchObject({
      title: 'Chest, two views',
      amount: '2 pictures',
      viewer: undefined,
    });
  });

  it('have none by Invoke Image Display without the study’s UID, and none of what is no Endpoint', () => {
    const iid = endpoint('ihe-iid', 'https://pacs.example/iid');
    expect(viewer(study({ identifier: [] }), iid)).toBeUndefined();
    expect(viewer(study(), { ...iid, resourceType: 'Basic', code: {} } as Resource)).toBeUndefined();
  });
});
