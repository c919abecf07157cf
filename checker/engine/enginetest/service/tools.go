package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// tools are what the program does instead of serving when its first argument
// names one:
//
//	service read FILE…       print the files
//	service write FILE TEXT  write one
//	service remove FILE      remove one
//	service list FOLDER      print the names in a folder, each with its mode
//	service ask ADDRESS      print the answer of another service
func tools() map[string]func([]string) error {
	return map[string]func([]string) error{
		"read": func(files []string) error {
			for _, name := range files {
				content, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				fmt.Print(string(content))
			}
			return nil
		},
		"write":  func(args []string) error { return os.WriteFile(args[0], []byte(args[1]), 0o644) },
		"remove": func(args []string) error { return os.Remove(args[0]) },
		"list":   func(args []string) error { return list(args[0]) },
		"ask":    func(args []string) error { return ask(args[0]) },
	}
}

func list(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Println(info.Mode(), e.Name())
	}
	return nil
}

func ask(address string) error {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.0\r\n\r\n")
	_, err = io.Copy(os.Stdout, conn)
	return err
}
