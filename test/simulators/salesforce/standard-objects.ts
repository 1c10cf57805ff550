import {
  type Field,
  field,
  option,
  ownerField,
  picklist,
  readOnly,
  reference,
  type SObject,
} from './field.ts';
import { type TaskStatus, taskFields } from './task-fields.ts';

/**
 * The standard objects that a connector uses, with the fields that it may write.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_list.htm
 */
export function standardObjects(statuses: readonly TaskStatus[]): SObject[] {
  return [
    sobject('Account', '001', [
      field('Name', 'string', { nillable: false }),
      field('Phone', 'phone'),
      ownerField(),
    ]),
    sobject('Contact', '003', [
      ...person(),
      reference('AccountId', ['Account']),
      field('HomePhone', 'phone'),
      field('OtherPhone', 'phone'),
      field('AssistantPhone', 'phone'),
      field('Birthdate', 'date'),
      field('Department', 'string', { length: 80 }),
      readOnly('MasterRecordId', 'reference', { referenceTo: ['Contact'], relationshipName: 'MasterRecord' }),
    ]),
    sobject('Lead', '00Q', [
      ...person(),
      field('Company', 'string', { nillable: false }),
      picklist('Status', ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted'], {
        nillable: false,
        defaultedOnCreate: true,
        defaultValue: 'Open - Not Contacted',
      }),
      readOnly('IsConverted', 'boolean'),
      readOnly('ConvertedDate', 'date'),
      readOnly('ConvertedContactId', 'reference', { referenceTo: ['Contact'] }),
      readOnly('ConvertedAccountId', 'reference', { referenceTo: ['Account'] }),
      readOnly('MasterRecordId', 'reference', { referenceTo: ['Lead'], relationshipName: 'MasterRecord' }),
    ]),
    sobject('Opportunity', '006', [
      field('Name', 'string', { nillable: false, length: 120 }),
      reference('AccountId', ['Account']),
      field('StageName', 'string', { nillable: false }),
      field('CloseDate', 'date', { nillable: false }),
      field('Amount', 'currency'),
      readOnly('IsClosed', 'boolean'),
      readOnly('IsWon', 'boolean'),
      ownerField(),
    ]),
    sobject('Task', '00T', taskFields(statuses)),
    sobject('TaskStatus', '01J', [
      readOnly('MasterLabel', 'string'),
      readOnly('ApiName', 'string'),
      readOnly('SortOrder', 'int'),
      readOnly('IsClosed', 'boolean'),
      readOnly('IsDefault', 'boolean'),
    ]),
    sobject('User', '005', [
      readOnly('Username', 'string', { idLookup: true }),
      readOnly('Name', 'string'),
      readOnly('Email', 'email', { idLookup: true }),
      readOnly('IsActive', 'boolean'),
      readOnly('TimeZoneSidKey', 'string'),
    ]),
    sobject('Organization', '00D', [readOnly('Name', 'string'), readOnly('TimeZoneSidKey', 'string')]),
    sobject('PermissionSet', '0PS', [
      readOnly('Name', 'string'),
      readOnly('Label', 'string'),
      readOnly('PermissionsViewAllData', 'boolean'),
    ]),
    sobject('ObjectPermissions', '110', [
      reference('ParentId', ['PermissionSet'], { nillable: false }),
      readOnly('SobjectType', 'string'),
      readOnly('PermissionsViewAllRecords', 'boolean'),
    ]),
    sobject('PermissionSetAssignment', '0Pa', [
      reference('PermissionSetId', ['PermissionSet'], { nillable: false }),
      reference('AssigneeId', ['User'], { nillable: false }),
    ]),
  ];
}

function person(): Field[] {
  return [
    field('FirstName', 'string', { length: 40 }),
    field('LastName', 'string', { length: 80, nillable: false }),
    readOnly('Name', 'string', { length: 121 }),
    field('Salutation', 'picklist', { picklistValues: ['Mr.', 'Ms.'].map((value) => option(value)) }),
    field('Title', 'string', { length: 128 }),
    field('Email', 'email', { idLookup: true }),
    field('Phone', 'phone'),
    field('MobilePhone', 'phone'),
    field('Description', 'textarea', { length: 32_000 }),
    picklist('LeadSource', ['Web', 'Phone Inquiry', 'Other']),
    field('DoNotCall', 'boolean'),
    ownerField(),
  ];
}

function sobject(name: string, keyPrefix: string, fields: readonly Field[]): SObject {
  const all = [
    readOnly('Id', 'id', { nillable: false, idLookup: true, defaultedOnCreate: true }),
    ...fields,
    readOnly('IsDeleted', 'boolean'),
    readOnly('CreatedDate', 'datetime'),
    readOnly('LastModifiedDate', 'datetime'),
    readOnly('SystemModstamp', 'datetime'),
    readOnly('CreatedById', 'reference', { referenceTo: ['User'], relationshipName: 'CreatedBy' }),
  ];
  return { name, keyPrefix, fields: new Map(all.map((each) => [each.name, each])) };
}
