// Package demo makes the demonstration organisation, the fictional Chengchuan Special Steel Group (澄川特钢集团), and what
// has happened in it. Everything is written through the product's own actions; nobody in it exists.
package demo
