// Package login knows who may come in: accounts with passwords, sessions,
// start codes and the set-up link of a new installation.
//
// An account belongs to a person of the organisation and is called by the
// employee number. There is no default account and no default password: the
// first administrators are made through a link that is printed once and lives
// for thirty minutes; everybody else gets a random start code, which has to be
// changed before anything else can be done.
//
// Guessing is made slow, never impossible: after some failures each further
// one doubles a delay for that name from that part of the network, and the
// delay has a ceiling. A browser from which the person has signed in before is
// counted apart, so that nobody can keep a person out by typing wrong
// passwords. Nothing about addresses is stored; the counters live in memory
// under a random key.
//
// How much is kept about presence depends on the person. Sessions and sign-ins
// of people who hold a role are kept to the minute, as an audit needs them. Of
// an employee without any role only the day is kept, because the hour of a
// sign-in beside the hour of a confidential voice would name its author.
//
// Tables: login_account, login_session, login_ticket, login_day.
package login
