package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// conn is one client: a connection that stays open, requests made beforehand, answers read to their end. The client has the same
// cores as the server, so it does no more than a client must.
type conn struct {
	addr string
	net  net.Conn
	in   *bufio.Reader
	body bytes.Buffer
}

func dial(base string) (*conn, error) {
	c := &conn{addr: strings.TrimPrefix(base, "http://")}
	return c, c.open()
}

func (c *conn) open() (err error) {
	if c.net, err = net.DialTimeout("tcp", c.addr, 10*time.Second); err != nil {
		return err
	}
	c.in = bufio.NewReaderSize(c.net, 32<<10)
	return nil
}

func (c *conn) close() { c.net.Close() }

// do sends a request and reads the answer; the body is good until the next one.
func (c *conn) do(request []byte) (status int, body []byte, err error) {
	c.net.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := c.net.Write(request); err != nil {
		return 0, nil, err
	}
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, nil, err
	}
	c.body.Reset()
	_, err = io.Copy(&c.body, res.Body)
	res.Body.Close()
	if err == nil && res.Close {
		c.close()
		err = c.open()
	}
	return res.StatusCode, c.body.Bytes(), err
}

// raw is a request as it goes over the line.
func raw(req *http.Request) ([]byte, error) {
	var b bytes.Buffer
	req.Header.Set("User-Agent", "bench")
	err := req.Write(&b)
	return b.Bytes(), err
}

// page is the request for a page.
func page(url string, cookie *http.Cookie, gzip bool) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	if gzip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	return raw(req)
}

// dialAll opens n connections; end closes them.
func dialAll(base string, n int) (all []*conn, end func(), err error) {
	end = func() {
		for _, c := range all {
			c.close()
		}
	}
	for range n {
		c, err := dial(base)
		if err != nil {
			end()
			return nil, nil, err
		}
		all = append(all, c)
	}
	return all, end, nil
}

// want reads a page and refuses any other status than 200.
func want(c *conn, request []byte) error {
	status, body, err := c.do(request)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d: %.200s", status, body)
	}
	return err
}
