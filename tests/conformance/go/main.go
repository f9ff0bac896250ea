// A participant, or a caller of the server API, made of the published Go SDK.
//
// One JSON command a line in, one JSON answer a line out.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
)

type message = map[string]any

type seen struct {
	sync.Mutex
	Data     []message
	Texts    []message
	Bytes    []message
	Muted    []string
	Left     []string
	Speakers []string
	Happened []string
	Frames   map[string]int
}

func (s *seen) note(do func()) {
	s.Lock()
	defer s.Unlock()
	do()
}

type client struct {
	room *lksdk.Room
	seen seen
}

func (c *client) callback() *lksdk.RoomCallback {
	happened := func(what string) func() {
		return func() { c.seen.note(func() { c.seen.Happened = append(c.seen.Happened, what) }) }
	}
	return &lksdk.RoomCallback{
		OnReconnecting: happened("reconnecting"),
		OnReconnected:  happened("reconnected"),
		OnDisconnectedWithReason: func(reason lksdk.DisconnectionReason) {
			happened(fmt.Sprintf("disconnected %v", reason))()
		},
		OnParticipantDisconnected: func(who *lksdk.RemoteParticipant) {
			c.seen.note(func() { c.seen.Left = append(c.seen.Left, who.Identity()) })
		},
		OnActiveSpeakersChanged: func(who []lksdk.Participant) {
			c.seen.note(func() {
				for _, one := range who {
					c.seen.Speakers = append(c.seen.Speakers, one.Identity())
				}
			})
		},
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackMuted: func(_ lksdk.TrackPublication, who lksdk.Participant) {
				c.seen.note(func() { c.seen.Muted = append(c.seen.Muted, who.Identity()) })
			},
			OnDataPacket: func(packet lksdk.DataPacket, given lksdk.DataReceiveParams) {
				if user, ok := packet.(*lksdk.UserDataPacket); ok {
					got := message{"text": string(user.Payload), "from": given.SenderIdentity, "topic": user.Topic}
					c.seen.note(func() { c.seen.Data = append(c.seen.Data, got) })
				}
			},
			OnTrackSubscribed: func(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, who *lksdk.RemoteParticipant) {
				go c.count(track, who.Identity()+" "+track.Kind().String())
			},
		},
	}
}

// This SDK hands out packets, not pictures: packets are what is counted.
func (c *client) count(track *webrtc.TrackRemote, key string) {
	for {
		if _, _, err := track.ReadRTP(); err != nil {
			return
		}
		c.seen.note(func() { c.seen.Frames[key]++ })
	}
}

func (c *client) join(url, token string, single bool) (any, error) {
	options := []lksdk.ConnectOption{lksdk.WithDisableRegionDiscovery()}
	if single {
		options = append(options, lksdk.WithSinglePeerConnection())
	}
	room, err := lksdk.ConnectToRoomWithToken(url, token, c.callback(), options...)
	if err != nil {
		return nil, err
	}
	c.room = room
	_ = room.RegisterRpcMethod("double", func(call lksdk.RpcInvocationData) (string, error) {
		var number int
		if _, err := fmt.Sscan(call.Payload, &number); err != nil {
			return "", err
		}
		return fmt.Sprint(number * 2), nil
	})
	_ = room.RegisterTextStreamHandler("text", func(reader *lksdk.TextStreamReader, from string) {
		got := message{"text": reader.ReadAll(), "from": from}
		c.seen.note(func() { c.seen.Texts = append(c.seen.Texts, got) })
	})
	_ = room.RegisterByteStreamHandler("bytes", func(reader *lksdk.ByteStreamReader, from string) {
		got := message{"size": len(reader.ReadAll()), "from": from}
		c.seen.note(func() { c.seen.Bytes = append(c.seen.Bytes, got) })
	})
	me := room.LocalParticipant
	return message{"identity": me.Identity(), "sid": me.SID(), "room": room.Name()}, nil
}

// Opus frames of silence: this SDK has no encoder.
func (c *client) publish() (any, error) {
	track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2,
	})
	if err != nil {
		return nil, err
	}
	publication, err := c.room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Name: "microphone", Source: livekit.TrackSource_MICROPHONE,
	})
	if err != nil {
		return nil, err
	}
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			silence := media.Sample{Data: []byte{0xf8, 0xff, 0xfe}, Duration: 20 * time.Millisecond}
			if track.WriteSample(silence, nil) != nil {
				return
			}
		}
	}()
	return publication.SID(), nil
}

func (c *client) state() any {
	people := message{}
	for _, who := range c.room.GetRemoteParticipants() {
		tracks := []message{}
		for _, one := range who.TrackPublications() {
			tracks = append(tracks, message{"sid": one.SID(), "muted": one.IsMuted(), "mime": one.MimeType()})
		}
		people[who.Identity()] = message{
			"sid": who.SID(), "name": who.Name(), "metadata": who.Metadata(),
			"attributes": who.Attributes(), "tracks": tracks,
		}
	}
	c.seen.Lock()
	defer c.seen.Unlock()
	s := &c.seen
	frames := map[string]int{}
	for key, count := range s.Frames {
		frames[key] = count
	}
	return message{
		"data": s.Data, "texts": s.Texts, "bytes": s.Bytes, "muted": s.Muted, "left": s.Left,
		"speakers": s.Speakers, "happened": s.Happened, "frames": frames, "people": people,
		"metadata":  c.room.Metadata(),
		"connected": c.room.ConnectionState() == lksdk.ConnectionStateConnected,
	}
}

type request struct {
	ID         int               `json:"id"`
	Command    string            `json:"command"`
	URL        string            `json:"url"`
	Token      string            `json:"token"`
	Single     bool              `json:"single"`
	Kind       string            `json:"kind"`
	Sid        string            `json:"sid"`
	Text       string            `json:"text"`
	Topic      string            `json:"topic"`
	Reliable   *bool             `json:"reliable"`
	To         any               `json:"to"`
	Size       int               `json:"size"`
	Payload    string            `json:"payload"`
	Method     string            `json:"method"`
	Name       string            `json:"name"`
	Metadata   string            `json:"metadata"`
	Attributes map[string]string `json:"attributes"`
	Admin      admin             `json:"admin"`
}

func (r *request) everybody() []string {
	identities := []string{}
	list, _ := r.To.([]any)
	for _, one := range list {
		identities = append(identities, fmt.Sprint(one))
	}
	return identities
}

func (c *client) do(r *request) (any, error) {
	if r.Command == "join" {
		return c.join(r.URL, r.Token, r.Single)
	}
	if r.Command == "admin" {
		return r.Admin.call()
	}
	if c.room == nil {
		return nil, errors.New("join first")
	}
	me := c.room.LocalParticipant
	switch r.Command {
	case "publish":
		return c.publish()
	case "unpublish":
		return nil, me.UnpublishTrack(r.Sid)
	case "send":
		reliable := r.Reliable == nil || *r.Reliable
		options := []lksdk.DataPublishOption{lksdk.WithDataPublishReliable(reliable)}
		if to := r.everybody(); len(to) > 0 {
			options = append(options, lksdk.WithDataPublishDestination(to))
		}
		return nil, me.PublishDataPacket(&lksdk.UserDataPacket{Payload: []byte(r.Text), Topic: r.Topic}, options...)
	case "text":
		me.SendText(r.Text, lksdk.StreamTextOptions{Topic: "text", DestinationIdentities: r.everybody()})
	case "bytes":
		writer := me.StreamBytes(lksdk.StreamBytesOptions{Topic: "bytes", TotalSize: uint64(r.Size)})
		done := make(chan struct{})
		finished := func() { close(done) }
		writer.Write(make([]byte, r.Size), &finished)
		<-done
		writer.Close()
	case "call":
		if r.Method == "" {
			r.Method = "double"
		}
		answer, err := me.PerformRpc(lksdk.PerformRpcParams{
			DestinationIdentity: fmt.Sprint(r.To), Method: r.Method, Payload: r.Payload,
		})
		if err != nil {
			return nil, err
		}
		return *answer, nil
	case "describe":
		if r.Name != "" {
			me.SetName(r.Name)
		}
		if r.Metadata != "" {
			me.SetMetadata(r.Metadata)
		}
		if r.Attributes != nil {
			me.SetAttributes(r.Attributes)
		}
	case "state":
		return c.state(), nil
	case "leave":
		c.room.Disconnect()
	default:
		return nil, fmt.Errorf("no command %q", r.Command)
	}
	return nil, nil
}

func main() {
	logger.InitFromConfig(&logger.Config{Level: "error"}, "conformance")
	me := &client{}
	me.seen.Frames = map[string]int{}
	var out sync.Mutex
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<24)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		go func() {
			result, err := me.do(&r)
			answer := message{"id": r.ID, "result": result}
			if err != nil {
				answer = message{"id": r.ID, "error": failure(err)}
			}
			text, _ := json.Marshal(answer)
			out.Lock()
			defer out.Unlock()
			os.Stdout.Write(append(text, '\n'))
		}()
	}
}
