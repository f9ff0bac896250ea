package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/webhook"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/twitchtv/twirp"
)

// A call of the server API, or a webhook to check.
type admin struct {
	URL           string `json:"url"`
	Key           string `json:"key"`
	Secret        string `json:"secret"`
	Method        string `json:"method"`
	Room          string `json:"room"`
	Identity      string `json:"identity"`
	Metadata      string `json:"metadata"`
	Text          string `json:"text"`
	Body          string `json:"body"`
	Authorization string `json:"authorization"`
}

func failure(err error) message {
	code := ""
	var told twirp.Error
	if errors.As(err, &told) {
		code = string(told.Code())
	}
	var rpc *lksdk.RpcError
	if errors.As(err, &rpc) {
		code = fmt.Sprint(rpc.Code)
	}
	return message{"message": err.Error(), "code": code}
}

func (a *admin) call() (any, error) {
	if a.Body != "" {
		return a.webhook()
	}
	ctx := context.Background()
	rooms := lksdk.NewRoomServiceClient(a.URL, a.Key, a.Secret)
	who := &livekit.RoomParticipantIdentity{Room: a.Room, Identity: a.Identity}
	switch a.Method {
	case "createRoom":
		return rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: a.Room, Metadata: a.Metadata})
	case "listRooms":
		found, err := rooms.ListRooms(ctx, &livekit.ListRoomsRequest{Names: []string{a.Room}})
		return found.GetRooms(), err
	case "deleteRoom":
		return rooms.DeleteRoom(ctx, &livekit.DeleteRoomRequest{Room: a.Room})
	case "listParticipants":
		found, err := rooms.ListParticipants(ctx, &livekit.ListParticipantsRequest{Room: a.Room})
		return found.GetParticipants(), err
	case "getParticipant":
		return rooms.GetParticipant(ctx, who)
	case "removeParticipant":
		return rooms.RemoveParticipant(ctx, who)
	case "updateParticipant":
		return rooms.UpdateParticipant(ctx, &livekit.UpdateParticipantRequest{
			Room: a.Room, Identity: a.Identity, Metadata: a.Metadata,
		})
	case "updateRoomMetadata":
		return rooms.UpdateRoomMetadata(ctx, &livekit.UpdateRoomMetadataRequest{
			Room: a.Room, Metadata: a.Metadata,
		})
	case "sendData":
		return rooms.SendData(ctx, &livekit.SendDataRequest{Room: a.Room, Data: []byte(a.Text)})
	}
	return nil, fmt.Errorf("no method %q", a.Method)
}

func (a *admin) webhook() (any, error) {
	request, err := http.NewRequest(http.MethodPost, "/", bytes.NewBufferString(a.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", a.Authorization)
	event, err := webhook.ReceiveWebhookEvent(request, auth.NewSimpleKeyProvider(a.Key, a.Secret))
	if err != nil {
		return nil, err
	}
	return message{"event": event.Event, "room": event.GetRoom().GetName()}, nil
}
