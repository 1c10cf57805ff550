/** People as they are called in Mexico, the same in every run. */
import type { Contact } from './call.ts';

const FIRST_NAMES = [
  'Sofía',
  'José',
  'Lucía',
  'Ángel',
  'María de la Luz',
  'Íñigo',
  'Guadalupe',
  'Raúl',
  'Belén',
];
const LAST_NAMES = [
  'Hernández',
  'Ñáñez',
  'Gómez',
  'Muñoz',
  'Peña',
  'Núñez',
  'De la O',
  'Güemes',
  'Villaseñor',
];
const MEDIA = ['app', 'transferencia', 'tienda', 'ventanilla'];

export function personOf(index: number): Contact {
  const first = FIRST_NAMES[index % FIRST_NAMES.length]!;
  const family = LAST_NAMES[Math.floor(index / FIRST_NAMES.length) % LAST_NAMES.length]!;
  return {
    id: 900_000 + index,
    f_id: `cliente-${index}`,
    name: `${first} ${family}`,
    phone_number: `+5255${String(10_000_000 + index)}`,
    status: index % 3 === 0 ? 'converted' : 'answered',
  };
}

export function extractedDataOf(index: number): Record<string, string> {
  return {
    monto_prometido: String(500 + (index % 1_000)),
    fecha_de_pago: `2026-12-${String((index % 28) + 1).padStart(2, '0')}`,
    'Medio de pago': MEDIA[index % MEDIA.length]!,
    motivo: 'Perdió su empleo; pagará en quincena',
  };
}

/** What the agent and the person say in turns. */
export function conversationWith({ name }: Contact): string[] {
  return [
    `Buenas tardes, ¿hablo con ${name}?`,
    'Sí, ¿quién habla?',
    'Diana, de Crédito Ágil. Le llamo por su pago pendiente.',
    'Mañana lo pago en la aplicación.',
  ];
}
