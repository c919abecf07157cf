// Command service is the program of the images that tests run: a small HTTP
// server that can misbehave in the ways that a grade must cope with. It needs
// no files, no shell and no libc.
//
//	service [-flag …]   serve on :8080
//	service health      exit 0 when the server answers, 1 when not
//	service tool …      do something small and end: see tools
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	// Under the names of tools it is a toolbox for images that have none.
	switch filepath.Base(os.Args[0]) {
	case "cat":
		if err := tools()["read"](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "cat:", err)
			os.Exit(1)
		}
		return
	case "sleep":
		time.Sleep(time.Hour)
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "health" {
		os.Exit(health())
	}
	if len(os.Args) > 2 {
		if tool := tools()[os.Args[1]]; tool != nil {
			if err := tool(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, "service:", err)
				os.Exit(1)
			}
			return
		}
	}
	listen := flag.String("listen", ":8080", "address to serve on")
	say := flag.String("say", "ahoy", "body of the answer")
	tell := flag.String("tell", "", "answer with the content of this file")
	logBytes := flag.Int64("log", 0, "bytes to log at the start")
	exit := flag.Int("exit", -1, "exit with this code instead of serving")
	deaf := flag.Bool("deaf", false, "ignore SIGTERM")
	mute := flag.Bool("mute", false, "accept connections and never answer")
	hoard := flag.Bool("hoard", false, "take memory until there is none")
	file := flag.String("file", "", "write 96 MiB to this file at the start")
	child := flag.Bool("child", false, "run a child process")
	chat := flag.Bool("chat", false, "log each request")
	flag.Parse()

	if *deaf {
		signal.Ignore(syscall.SIGTERM)
	} else {
		leaveOnTerm()
	}
	writeLog(*logBytes)
	if *file != "" {
		writeFile(*file)
	}
	fmt.Println("service: \x1b[31mready\x1b[0m")
	if *exit >= 0 {
		os.Exit(*exit)
	}
	if *hoard {
		takeMemory()
	}
	if *child {
		if err := exec.Command(os.Args[0], "-mute").Start(); err != nil {
			fmt.Fprintln(os.Stderr, "service:", err)
			os.Exit(1)
		}
	}
	serve(*listen, body(*say, *tell), *mute, *chat)
}

// leaveOnTerm ends the program on SIGTERM: as PID 1 it would not without a
// handler.
func leaveOnTerm() {
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		os.Exit(0)
	}()
}

func writeLog(n int64) {
	out := bufio.NewWriter(os.Stdout)
	line := strings.Repeat("x", 99) + "\n"
	for ; n > 0; n -= int64(len(line)) {
		fmt.Fprint(out, line)
	}
	if err := out.Flush(); err != nil {
		os.Exit(1)
	}
}

func writeFile(name string) {
	chunk := make([]byte, 1<<20)
	f, err := os.Create(name)
	for i := 0; err == nil && i < 96; i++ {
		_, err = f.Write(chunk)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
}

// body is what is answered: the text, or where a file is named its content.
func body(say, tell string) string {
	if tell == "" {
		return say
	}
	content, err := os.ReadFile(tell)
	if err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
	return string(content)
}

func takeMemory() {
	var taken [][]byte
	for {
		chunk := make([]byte, 1<<20)
		for i := range chunk {
			chunk[i] = byte(i)
		}
		taken = append(taken, chunk)
		if len(taken) > 1<<12 { // 4 GiB: whoever wanted to stop this has failed
			os.Exit(4)
		}
	}
}

func serve(address, say string, mute, chat bool) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		// The child of -child finds the port taken, and waits.
		fmt.Fprintln(os.Stderr, "service:", err)
		time.Sleep(time.Hour)
		return
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "service:", err)
			os.Exit(1)
		}
		if !mute {
			go answer(conn, say, chat)
		}
	}
}

func answer(conn net.Conn, say string, chat bool) {
	defer conn.Close()
	request, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return
	}
	path := strings.Fields(request + " / /")[1]
	if chat {
		fmt.Println("service:", path)
	}
	switch path {
	case "/big":
		say = strings.Repeat("y", 2<<20)
	case "/moved":
		fmt.Fprint(conn, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	case "/slam":
		return
	}
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(say), say)
}

func health() int {
	conn, err := net.DialTimeout("tcp", "127.0.0.1:8080", time.Second)
	if err != nil {
		fmt.Println("no answer:", err)
		return 1
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprint(conn, "GET / HTTP/1.1\r\n\r\n")
	status, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(status, "200") {
		fmt.Println("no good answer:", status, err)
		return 1
	}
	fmt.Println("good")
	return 0
}
