// Package seal holds every secret and every piece of cryptography of the
// house: the keys of an installation, receipts and their codes, form tokens,
// password hashes, the sealing of a submitter's identity to two custodians and
// the wrapping of private keys by a passphrase.
//
// Nothing here touches the database. What a function returns as text is
// complete (algorithm, parameters and salts included), so that a caller stores
// it as it is and a later version can read it or replace the algorithm.
package seal
