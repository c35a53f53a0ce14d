import { findBackend } from '../services/backends.ts';
import { queueContract } from './contract.ts';

queueContract(findBackend('postgres'));
