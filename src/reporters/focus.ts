/**
 * Usage as rows of the FinOps Open Cost and Usage Specification 1.2 (https://focus.finops.org): one per UTC day, provider,
 * model, project and unit. Every mandatory column, and `x_` columns of our own as the specification has it.
 */
import type { UsageRecord } from '../core/usageRecord.js';
import { csv } from './usage.js';

const columns = [
  'BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingAccountType', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargeFrequency',
  'ChargePeriodEnd', 'ChargePeriodStart', 'ConsumedQuantity', 'ConsumedUnit', 'ContractedCost', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'PricingCategory', 'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName',
  'RegionId', 'ResourceId', 'ServiceCategory', 'ServiceName', 'ServiceSubcategory', 'SkuId', 'SubAccountId', 'SubAccountName', 'Tags', 'x_Source', 'x_UsageBasis', 'x_CostBasis', 'x_PriceCheckedOn', 'x_SubscriptionListValue',
] as const;

interface FocusRow {
  readonly record: UsageRecord;
  readonly day: string;
  readonly unit: string;
  quantity: number;
  cost: number;
  subscription: number;
}

/** Gathers records; `text` is the CSV file. */
export interface FocusExport {
  add(record: UsageRecord): void;
  text(): string;
  /** Records without a known cost, which FOCUS has no word for and which are left out. */
  readonly unknown: number;
}

/** Opens an export. `providerName`: name of a provider by its id. */
export function openFocusExport(providerName: (id: string) => string): FocusExport {
  const rows = new Map<string, FocusRow>();
  let unknown = 0;
  const put = (record: UsageRecord, unit: string, quantity: number, cost: number): void => {
    const day = record.time.slice(0, 10);
    const paid = record.billing === 'api';
    const id = [day, record.provider, record.endpoint, record.model, record.operation, record.project, record.source, record.usage, record.cost!.basis, record.cost!.currency, record.cost!.priceCheckedOn, unit, paid].join('\u0000');
    const row = rows.get(id);
    if (row) { row.quantity += quantity; if (paid) row.cost += cost; else row.subscription += cost; }
    else rows.set(id, { record, day, unit, quantity, cost: paid ? cost : 0, subscription: paid ? 0 : cost });
  };
  return {
    get unknown() { return unknown; },
    add(record) {
      const { cost } = record;
      if (!cost) { unknown++; return; }
      if (!cost.components?.length) put(record, 'requests', record.requests ?? 1, cost.amount);
      else for (const each of cost.components) put(record, each.unit, each.quantity, each.amount);
    },
    text() {
      const round = (amount: number): number => Number(amount.toPrecision(12));
      const start = (day: string): string => `${day}T00:00:00Z`;
      const after = (day: string): string => new Date(Date.parse(start(day)) + 86_400_000).toISOString().replace('.000Z', 'Z');
      const month = (day: string, next: number): string => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + next)).toISOString().replace('.000Z', 'Z');
      const lines = [...rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : b.cost - a.cost)).map(({ record, day, unit, quantity, cost, subscription }) => {
        const name = providerName(record.provider);
        const values: Record<typeof columns[number], string | number | null> = {
          BilledCost: round(cost), BillingAccountId: record.provider, BillingAccountName: name, BillingAccountType: 'Provider', BillingCurrency: record.cost!.currency, BillingPeriodEnd: month(day, 1), BillingPeriodStart: month(day, 0),
          ChargeCategory: 'Usage', ChargeClass: null, ChargeDescription: `${record.model} ${record.operation}: ${unit}`, ChargeFrequency: 'Usage-Based', ChargePeriodEnd: after(day), ChargePeriodStart: start(day),
          ConsumedQuantity: round(quantity), ConsumedUnit: unitName(unit), ContractedCost: round(cost), EffectiveCost: round(cost), InvoiceIssuerName: name, ListCost: round(cost), PricingCategory: 'Standard', PricingQuantity: round(quantity), PricingUnit: unitName(unit),
          ProviderName: name, PublisherName: name, RegionId: record.endpoint ?? null, ResourceId: record.model, ServiceCategory: 'AI and Machine Learning', ServiceName: `${name} ${record.operation}`, ServiceSubcategory: 'Generative AI',
          SkuId: `${record.provider}/${record.model}/${unit}`, SubAccountId: record.project ?? null, SubAccountName: record.project ?? null, Tags: JSON.stringify(record.callSite ? { callSite: record.callSite } : {}),
          x_Source: record.source, x_UsageBasis: record.usage, x_CostBasis: record.cost!.basis, x_PriceCheckedOn: record.cost!.priceCheckedOn ?? null, x_SubscriptionListValue: subscription > 0 ? round(subscription) : null,
        };
        return columns.map((column) => values[column]);
      });
      return csv([[...columns], ...lines]);
    },
  };
}

function unitName(unit: string): string {
  return unit.endsWith('token') ? 'Tokens' : unit.replace(/^./, (letter) => letter.toUpperCase()).replace(/s?$/, 's');
}
